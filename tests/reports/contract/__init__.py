"""Reports of the contract suite."""
