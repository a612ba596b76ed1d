"""What breaks processes and whole clusters along a schedule, and puts everything right again.

diary.py     what was done, as rows of the history
target.py    what can be broken, and how each is undone
aim.py       whom a blow strikes where its target is not there
traps.py     kills to the very call
skews.py     how far clocks come to be apart
reach.py     what a world cannot do, and what is said of it
nemesis.py   carries the schedule out; heals
"""
