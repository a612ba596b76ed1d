-- What each tenant has.
CREATE INDEX shares_of_tenant ON shares (tenant, size, confirmed_size);
