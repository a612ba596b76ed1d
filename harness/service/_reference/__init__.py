"""What `harness.service.reference` is made of; nobody else imports it, but `reference_api` what its requests need.

service.py   ReferenceService: a `Service` with all powers
settings.py  its settings in a scenario, for another design, on other ports
calls.py     what its gateway and its API do with an op that they are called with
memory_store.py  its store in memory, for processes of one world
changes.py   what an op asks of a share that is there, by its kind of task
document.py  the OpenAPI document of its HTTP API
logs.py      its change log and its command log
holds.py     how an operator holds a cluster up, over HTTP
rows.py      reads both and its records, over HTTP or by a call
readings.py  its records, their counts, and its findings
pages.py     reads a list of the API to its end
gateway_log.py  reads what the built-in gateway wrote down of its tries
in_process.py  runs a part of it in this process, on what a world provides
forwarded_mail.py  its mail, on such a world
failpoints.py  kills a part right before or after one exact call
spool_faults.py  messages that are duplicated, delayed or lost
store_faults.py  transactions that fail, or whose end nobody knows
settings_file.py  its settings as a process of it reads them
serve.py     serves parts of it for the command line
reconcile.py reconciles it for the command line
notices.py   what came to a world's receiver
operator.py  what an operator does to it through its store; operating.py through its API
database.py  what an operator does to its database
"""
