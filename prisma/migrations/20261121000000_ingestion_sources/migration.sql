-- Sources that are fetched, settings of chunking, vectors that outlive an attempt.

-- A document that is fetched: from where, and what the server said of the content that was fetched last.
ALTER TABLE "document" ADD COLUMN "source_url" TEXT;
ALTER TABLE "document_source" ADD COLUMN "fetched_url" TEXT, ADD COLUMN "etag" TEXT, ADD COLUMN "last_modified" TEXT;

-- Grows with every claim and never falls, also where the number of attempts starts afresh.
ALTER TABLE "document" ADD COLUMN "fence" INTEGER NOT NULL DEFAULT 0;

-- A title that the caller gave outranks the one that the content has.
ALTER TABLE "document" ADD COLUMN "title_given" BOOLEAN NOT NULL DEFAULT true;

-- What the searchable chunks were made with. Where the document or its collection differ, they are made anew.
ALTER TABLE "document" ADD COLUMN "indexed_title" TEXT, ADD COLUMN "indexed_chunking" INTEGER NOT NULL DEFAULT 1;
UPDATE "document" SET "indexed_title" = "title" WHERE "indexed_version" IS NOT NULL;

ALTER TABLE "collection"
    ADD COLUMN "chunk_target_tokens" INTEGER NOT NULL DEFAULT 240,
    ADD COLUMN "chunk_max_tokens" INTEGER NOT NULL DEFAULT 400,
    ADD COLUMN "chunk_overlap_tokens" INTEGER NOT NULL DEFAULT 40,
    ADD COLUMN "chunking_version" INTEGER NOT NULL DEFAULT 1;

-- Chunks of one version are made anew while a run holds some of the old ones. By hand: only searchable ones are unique.
DROP INDEX "chunk_document_id_document_version_ordinal_key";
CREATE UNIQUE INDEX "chunk_searchable_key" ON "chunk"("document_id", "document_version", "ordinal") WHERE "term_ids" IS NOT NULL;
CREATE INDEX "chunk_document_id_document_version_ordinal_idx" ON "chunk"("document_id", "document_version", "ordinal");

-- SHA-256 of the text that was embedded: the same text again needs no model.
ALTER TABLE "chunk_embedding" ADD COLUMN "input_hash" BYTEA;

-- By hand: not logged, since a crash of the database costs no more than embedding again.
CREATE UNLOGGED TABLE "staged_embedding" (
    "document_id" UUID NOT NULL,
    "space_id" INTEGER NOT NULL,
    "input_hash" BYTEA NOT NULL,
    "embedding" halfvec NOT NULL,

    CONSTRAINT "staged_embedding_pkey" PRIMARY KEY ("document_id","space_id","input_hash")
);
ALTER TABLE "staged_embedding" ADD CONSTRAINT "staged_embedding_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "document"("id") ON DELETE CASCADE;

-- By hand: read in slices, which a compressed value does not allow, and most sources are compressed already or short.
ALTER TABLE "document_source" ALTER COLUMN "bytes" SET STORAGE EXTERNAL;

-- How far the waiting jobs of a collection reach into the order of the queue.
CREATE TABLE "queue_share" (
    "collection_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "last_rank" INTEGER NOT NULL,

    CONSTRAINT "queue_share_pkey" PRIMARY KEY ("collection_id")
);
CREATE INDEX "queue_share_workspace_id_last_rank_idx" ON "queue_share"("workspace_id", "last_rank");
CREATE INDEX "queue_share_last_rank_idx" ON "queue_share"("last_rank");
ALTER TABLE "queue_share" ADD CONSTRAINT "queue_share_collection_id_fkey" FOREIGN KEY ("collection_id") REFERENCES "collection"("id") ON DELETE CASCADE;

-- By hand: what recovery looks through.
CREATE INDEX "ingestion_unfinished_idx" ON "ingestion"("created_at") WHERE "finished_at" IS NULL;
