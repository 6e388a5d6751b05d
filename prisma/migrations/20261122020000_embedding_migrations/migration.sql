-- The model of a workspace's vectors is its own: which space it searches, and what is on its way to another.

-- The space that its searches use. Null until one has a vector of every passage.
ALTER TABLE "workspace" ADD COLUMN "embedding_space_id" INTEGER;
ALTER TABLE "workspace" ADD CONSTRAINT "workspace_embedding_space_id_fkey" FOREIGN KEY ("embedding_space_id") REFERENCES "embedding_space"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TYPE "embedding_migration_status" AS ENUM ('RUNNING', 'READY', 'COMPLETED', 'ABANDONED');

-- Models stand beside the spaces, which are dropped when nobody uses them.
CREATE TABLE "embedding_migration" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "from_space_id" INTEGER,
    "from_model" TEXT,
    "from_dimensions" INTEGER,
    "to_space_id" INTEGER,
    "to_model" TEXT NOT NULL,
    "to_dimensions" INTEGER NOT NULL,
    "automatic" BOOLEAN NOT NULL DEFAULT false,
    "status" "embedding_migration_status" NOT NULL DEFAULT 'RUNNING',
    "total" INTEGER NOT NULL DEFAULT 0,
    "embedded" INTEGER NOT NULL DEFAULT 0,
    "rejected" INTEGER NOT NULL DEFAULT 0,
    "failure" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ready_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "embedding_migration_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "embedding_migration_workspace_id_id_idx" ON "embedding_migration"("workspace_id", "id");
ALTER TABLE "embedding_migration" ADD CONSTRAINT "embedding_migration_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "embedding_migration" ADD CONSTRAINT "embedding_migration_from_space_id_fkey" FOREIGN KEY ("from_space_id") REFERENCES "embedding_space"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "embedding_migration" ADD CONSTRAINT "embedding_migration_to_space_id_fkey" FOREIGN KEY ("to_space_id") REFERENCES "embedding_space"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- By hand: a workspace has at most one that is open.
CREATE UNIQUE INDEX "embedding_migration_open_key" ON "embedding_migration"("workspace_id") WHERE "finished_at" IS NULL;

-- Passages that a model does not take: they are found by words only.
CREATE TABLE "embedding_rejection" (
    "space_id" INTEGER NOT NULL,
    "chunk_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,

    CONSTRAINT "embedding_rejection_pkey" PRIMARY KEY ("space_id","chunk_id")
);
CREATE INDEX "embedding_rejection_chunk_id_idx" ON "embedding_rejection"("chunk_id");
CREATE INDEX "embedding_rejection_workspace_id_space_id_idx" ON "embedding_rejection"("workspace_id", "space_id");
ALTER TABLE "embedding_rejection" ADD CONSTRAINT "embedding_rejection_space_id_fkey" FOREIGN KEY ("space_id") REFERENCES "embedding_space"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "embedding_rejection" ADD CONSTRAINT "embedding_rejection_chunk_id_fkey" FOREIGN KEY ("chunk_id") REFERENCES "chunk"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Queries of the time of a migration, for the comparison of both models. They go with its end.
CREATE TABLE "query_sample" (
    "id" UUID NOT NULL,
    "migration_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "collection_id" UUID NOT NULL,
    "query" TEXT NOT NULL,

    CONSTRAINT "query_sample_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "query_sample_migration_id_id_idx" ON "query_sample"("migration_id", "id");
CREATE INDEX "query_sample_collection_id_idx" ON "query_sample"("collection_id");
ALTER TABLE "query_sample" ADD CONSTRAINT "query_sample_migration_id_fkey" FOREIGN KEY ("migration_id") REFERENCES "embedding_migration"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "query_sample" ADD CONSTRAINT "query_sample_collection_id_fkey" FOREIGN KEY ("collection_id") REFERENCES "collection"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- By hand: what a fill looks through, in the order of the ids, and a count from the index alone.
CREATE INDEX "chunk_workspace_id_id_idx" ON "chunk"("workspace_id", "id") WHERE "term_ids" IS NOT NULL;

-- A workspace goes on searching the space that has a vector of every passage of it, where there is exactly one. Any
-- other gets one: a fill takes over the vectors that are there.
UPDATE "workspace" SET "embedding_space_id" = "only"."space_id"
FROM (
    SELECT "workspace_id", min("space_id") AS "space_id" FROM "chunk_embedding"
    GROUP BY "workspace_id" HAVING min("space_id") = max("space_id")) AS "only"
WHERE "only"."workspace_id" = "workspace"."id" AND NOT EXISTS (
    SELECT FROM "chunk"
    WHERE "chunk"."workspace_id" = "workspace"."id" AND "chunk"."term_ids" IS NOT NULL AND NOT EXISTS (
        SELECT FROM "chunk_embedding"
        WHERE "chunk_embedding"."space_id" = "only"."space_id" AND "chunk_embedding"."chunk_id" = "chunk"."id"));
