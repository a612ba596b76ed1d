"""The nemesis breaks processes and whole clusters along a schedule, and undoes what it did.

nemesis.py   carries the schedule out, heals, and logs what was done
switches.py  switches toxics on and off along the schedule
target.py    what can be broken, how each is undone, and failpoints
"""
