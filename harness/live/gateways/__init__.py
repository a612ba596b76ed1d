"""Gateways as processes: nginx, haproxy and the built-in one, all with the same policy.

gateway.py  open_gateway: writes the configuration, starts the process, says where its log is
program.py  what makes a program a gateway here: its configuration, its arguments, its log
nginx.py    … of nginx
haproxy.py  … of haproxy
builtin.py  how the built-in one is started
upstream.py  the addresses of the service behind it
access_log.py  reads what a gateway wrote down of its requests
"""
