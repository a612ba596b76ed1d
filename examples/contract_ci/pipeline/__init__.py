"""Provisions file shares. The name is this project's own: spoolproof has a `pipeline` too; both are found."""
