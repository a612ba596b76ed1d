"""What the benchmark of the model world measures.

loads.py      the calm load that everybody plays
textbook.py   the same model as a SimPy textbook would have it
queue.py      M/M/c on the fast environment, on stock SimPy by the book, and on Ciw
child.py      a run in a process of its own, with its CPU time and memory
plot.py       cost per create against size, as SVG
"""
