"""What breaks processes and whole clusters along a schedule, and puts everything right again.

diary.py     what was done, as rows of the history
target.py    what can be broken, and how each is undone
aim.py       whom a blow strikes where its target is not there
nemesis.py   carries the schedule out; heals
"""
