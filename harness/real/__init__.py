"""A real connector on this machine: OpenSSH's sshd in front of Samba's usershares, on loopback, without systemd.

world.py                a world on such connectors
clusters.py             what a run knows of them: what they list
cluster.py              the whole, while a context lasts
openssh.py              sshd: its keys, its settings, plain exec or a forced command
samba.py                smbd and its users
usershare_connector.py  the connector itself: the program that sshd runs for each command
programs.py             where the programs are; processes that end with this one
"""
