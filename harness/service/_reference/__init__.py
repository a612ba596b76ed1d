"""What `harness.service.reference` is made of; nobody else imports it.

api.py       its HTTP API: requests and responses
logs.py      its change log and its command log
readings.py  its records, their counts, and its findings
pages.py     reads a list of the API to its end
"""
