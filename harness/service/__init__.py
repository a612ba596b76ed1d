"""The service under test: what the harness asks of it, whatever it is, and the reference pipeline as one instance.

service.py    Service, and its optional powers: logs of changes (ChangeLog, StoredChangeLog) and commands (CommandLog),
              ChangesAccess, CountsInUnits, Gauges, Findings; Operated lies in operated.py
parts.py      RunningPart: a process of it, or what stands for one
access.py     what an access change asks for
receiver.py   an inbox beside the service
operated.py   what an operator sees of a service, and does to it
answer.py     Answer: how one try of an op ended
faults.py     ServiceFaults: what met a rule inside the service
request_ids.py  the X-Request-Id of each try of an op
client.py     ServiceClient: how one try of an op reaches the service
gateway_site.py  where a gateway says that it gave up
environment.py  Environment: what a part runs on, where a world runs it in this process
sheet/        services that a TOML file describes
first_answer.py  whether a service speaks as its sheet says
foreign.py    a service of which only its API is seen; foreign_files.py what it is told of its clusters
reference.py  the reference pipeline; _reference/ what it is made of
reference_api.py  its HTTP API as a client sees it: requests and responses; load generators know no more of it
"""
