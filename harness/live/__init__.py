"""The live world: real sockets, real SSH, real processes, wall time.

world.py          LiveWorld.play: brings a world up, plays one scenario in it, takes it down
course.py         load and nemesis, heal, quiesce, final reads, collection
played.py         what playing leaves, and who hears how it goes
clusters.py       the fake clusters of a run
parts.py          the pipeline's processes together
process.py        one of them
leash.py          ties a process to the harness's life
settings_file.py  the settings as a process reads them
victims.py        what the nemesis can break here
spans.py          phases and disturbances, for shading and gates
telling.py        tells whoever listens
workspace.py      the directory of one run
"""
