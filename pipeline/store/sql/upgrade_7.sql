CREATE INDEX shares_of_tenant ON shares (tenant, size, confirmed_size);
