-- Filters by index, every one of them led by the collection: rows of another one are not read.

-- By hand: lets a GIN index lead with a uuid. Trusted: whoever may create a schema may create it.
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- By hand: jsonb_path_ops finds a value at its path. The third column are the outermost keys, by which it finds that there
-- is a value, which jsonb_path_ops cannot. Without fastupdate: its unsorted list would be read by every search of every
-- collection.
CREATE INDEX "document_collection_id_metadata_idx" ON "document" USING GIN (
    "collection_id",
    "metadata" jsonb_path_ops,
    (jsonb_path_query_array("metadata", '$.keyvalue().key', '{}', true)) jsonb_path_ops
) WITH (fastupdate = off);

CREATE INDEX "document_collection_id_mime_type_idx" ON "document"("collection_id", "mime_type");
CREATE INDEX "document_collection_id_created_at_idx" ON "document"("collection_id", "created_at");
