-- The queue's order: proposals that wait for a second person first, then the others, each oldest first.
-- schema: kyc

CREATE INDEX reviews_order_idx ON reviews ((status <> 'PROPOSED'), opened_at, id) WHERE status <> 'CLOSED';
DROP INDEX reviews_queue_idx;
