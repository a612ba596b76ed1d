"""The highest rate that a service bears: trials of a scenario at one rate after another, until an interval is narrow.

search_options.py  what is searched, how exactly, and with what trials
trial_scenario.py  from a scenario and a rate to what a trial plays
play_trial.py      one trial in a world
generator_watch.py how busy its generator was
trial_outcome.py   what a trial showed
backlog.py         whether the work under way grows
rate_search.py     MLRsearch: which rate to try next, and for how long
bounds.py          from its bounds to an interval
expectation.py     where a search begins
listener.py        who is told of trials
find.py            one search
cases.py           several designs, within a budget of time
remarks.py         what a reader must know beside an interval
regression.py      whether a capacity is lower than it was
"""
