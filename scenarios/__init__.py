"""The scenarios that come with the product, one experiment a file; each opens with what it shows."""
