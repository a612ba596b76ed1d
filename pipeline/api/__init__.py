"""The HTTP API: it writes a promise down and answers at once; it never talks to a cluster and never removes a record.

app.py        create_api: the routes; opening.py opens it, by the settings
service.py    what is done with a request about shares, whatever carried it
shares.py     the handlers of /v1/shares
webhooks.py   the handlers of /v1/webhooks; webhook_models.py   their bodies and answers
audit.py      /v1/events, /v1/attempts and /v1/findings: what changed, was tried and was found
holds.py      /v1/holds: pause and drain clusters
dead.py       /v1/dead: dead letters, and their requeue
queue.py      /v1/queue: what is due or under way; waits.py     why it waits
health.py     /livez, /readyz, /metrics and the pages of /problems
metrics_app.py   what a process without an API serves
resource.py   one path with its methods: HEAD, OPTIONS and a complete Allow
failures.py   what is answered where a handler raises
answers.py    what a store says of a request, as an HTTP answer
reply.py      answers as responses: JSON, a page of rows, bytes that are ready
bodies.py     reads and checks bodies, queries and path names
caller.py     who asks: a tenant, or an operator
event_tail.py    who waits for a change of state: one look serves all
event_stream.py  server-sent events; waiting.py, preference.py: requests that prefer to wait
keys.py       the Idempotency-Key header
description.py what an operation takes and answers, beside its handler; schemas.py: answers as models
openapi.py    the OpenAPI document; document.py serves it, with a page to try it
cursor.py     where a page goes on
tenants.py    the X-Tenant header; quota.py     /v1/quota: what a tenant may have, and has
views.py      records, events and attempts as JSON
"""
