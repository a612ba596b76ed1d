"""Playing a scenario in a world that stands: the same course of a run, whatever the world is made of.

course.py    load and nemesis, heal, quiesce, final reads, collection
ends.py      ends of parts that nothing in the run asked for
fence.py     when a run makes its final readings
parts.py     the pipeline's running parts, as the course sees them
clusters.py  the fake clusters of a run
mail.py      what is done to messages, as the course sees it
victims.py   what the nemesis can break
hops.py      who commands the clusters in each design, and within what each hop answers
played.py    what playing leaves, and who hears how it goes
spans.py     phases and disturbances, for shading and gates
unconcerned.py  what is said of arrivals that found no share
foreseen.py     what a world will skip of a scenario, known before it is played
undelivered.py  what is said of deliveries where the spool is left alone
unrelayed.py    what is said of toxics where no relay stands
telling.py   tells whoever listens
"""
