"""The sandbox: a world that stands until one ends it, and a live page on which all of it can be seen and broken.

serving.py       serves one until it is asked to end
folder.py        its folder: what is kept, and what is there while it runs
page_address.py  where the page is, the same from one start to the next
up_file.py       up.json: where all is
sandbox.py       the sandbox: the world, what happens in it, what is done to it; opening.py opens one
session.py       what is kept between two starts
pulse.py         tells listeners that there is something new
portal.py        what is asked by hand
switched_load.py the scenario's load, switched on and off
others.py        what others asked, past the page
by_hand.py       what is broken by hand, and healing it: clusters and processes
switched_faults.py  faults and toxics, on and off; speeds.py how fast clusters work
named.py         finds the cluster, link or part that is named
inbox.py         the webhooks and mails that came
queue.py         the queue of the service, and what an operator does to it
shares.py        the table of shares
said.py          what went over SSH about a share, word for word
waits.py         why a share waits, in one sentence; wait_contexts.py what makes it wait
metrics.py       latencies, rates, backlog and gates over the last minutes; line_chart.py draws them
happened.py      what happened, line by line
past.py          the sandbox at an earlier instant
live_verdict.py  judges what has happened so far, again and again
findings.py      what the checkers say of it; until.py a history up to an instant
played.py        what was broken by hand, as a scenario's values; saved.py as a file
exports.py       the sandbox as files; downloads.py offers them on the page
guide.py         the first five minutes
panels.py        what the page shows; assets/ its templates, style and script; vendor/ htmx, its extensions
panel_versions.py which panels changed since a browser looked; start_ids.py numbers that it hands back
stream.py        the stream of events
app.py           the page's application; guard.py who may use it; forms.py what its forms say
queue_routes.py  the routes of the queue; inbox_routes.py of the inbox; portal_routes.py of the portal
default.toml     the scenario of a sandbox that is given none
"""
