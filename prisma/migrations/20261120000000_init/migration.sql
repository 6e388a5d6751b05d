-- Written by Prisma's engine from schema.prisma, with what a Prisma schema cannot say added by hand
-- and marked so. No semicolon in a comment: the engine ends a statement at it.

-- By hand: vectors and sparse vectors. src/db checks the version before this runs.
CREATE EXTENSION IF NOT EXISTS vector;

-- CreateEnum
CREATE TYPE "scope" AS ENUM ('READ', 'WRITE', 'ADMIN');

-- CreateEnum
CREATE TYPE "document_status" AS ENUM ('QUEUED', 'PARSING', 'CHUNKING', 'EMBEDDING', 'READY', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "ingestion_document_status" AS ENUM ('QUEUED', 'RUNNING', 'READY', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "run_status" AS ENUM ('QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "retrieval_mode" AS ENUM ('LEXICAL', 'VECTOR', 'HYBRID');

-- CreateTable
CREATE TABLE "workspace" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workspace_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "scopes" "scope"[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "collection" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "collection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "document" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "collection_id" UUID NOT NULL,
    "external_id" TEXT,
    "title" TEXT NOT NULL,
    "mime_type" TEXT NOT NULL,
    "content_hash" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "indexed_version" INTEGER,
    "status" "document_status" NOT NULL DEFAULT 'QUEUED',
    "failure" JSONB,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "bytes" INTEGER NOT NULL,
    "chunk_count" INTEGER NOT NULL DEFAULT 0,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "indexed_at" TIMESTAMPTZ(3),

    CONSTRAINT "document_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "document_source" (
    "document_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "workspace_id" UUID NOT NULL,
    "bytes" BYTEA NOT NULL,
    "text" TEXT,

    CONSTRAINT "document_source_pkey" PRIMARY KEY ("document_id","version")
);

-- CreateTable
CREATE TABLE "chunk" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "collection_id" UUID NOT NULL,
    "document_id" UUID NOT NULL,
    "document_version" INTEGER NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    "page" INTEGER,
    "headings" TEXT[],
    "length" INTEGER NOT NULL,
    "term_ids" integer[],
    "weights" sparsevec,

    CONSTRAINT "chunk_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "term_statistic" (
    "collection_id" UUID NOT NULL,
    "term_id" INTEGER NOT NULL,
    "workspace_id" UUID NOT NULL,
    "chunks" INTEGER NOT NULL,

    CONSTRAINT "term_statistic_pkey" PRIMARY KEY ("collection_id","term_id")
);

-- CreateTable
CREATE TABLE "lexical_statistic" (
    "collection_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "chunks" INTEGER NOT NULL,
    "terms" BIGINT NOT NULL,
    "weights_length" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "lexical_statistic_pkey" PRIMARY KEY ("collection_id")
);

-- CreateTable
CREATE TABLE "lexical_delta" (
    "id" UUID NOT NULL,
    "collection_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "chunks" INTEGER NOT NULL,
    "terms" BIGINT NOT NULL,
    "term_ids" INTEGER[],
    "counts" INTEGER[],

    CONSTRAINT "lexical_delta_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "embedding_space" (
    "id" SERIAL NOT NULL,
    "model" TEXT NOT NULL,
    "dimensions" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "embedding_space_pkey" PRIMARY KEY ("id")
);

-- CreateTable. By hand: partitioned by space, a space adds its partition and its HNSW index.
CREATE TABLE "chunk_embedding" (
    "space_id" INTEGER NOT NULL,
    "chunk_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "collection_id" UUID NOT NULL,
    "embedding" halfvec NOT NULL,

    CONSTRAINT "chunk_embedding_pkey" PRIMARY KEY ("space_id","chunk_id")
) PARTITION BY LIST ("space_id");

-- CreateTable
CREATE TABLE "ingestion" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "collection_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),
    "traceparent" TEXT,

    CONSTRAINT "ingestion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ingestion_document" (
    "ingestion_id" UUID NOT NULL,
    "document_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "status" "ingestion_document_status" NOT NULL DEFAULT 'QUEUED',

    CONSTRAINT "ingestion_document_pkey" PRIMARY KEY ("ingestion_id","document_id")
);

-- CreateTable
CREATE TABLE "conversation" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "conversation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "request_id" TEXT,
    "question" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "status" "run_status" NOT NULL DEFAULT 'QUEUED',
    "failure" JSONB,
    "retrieval_mode" "retrieval_mode",
    "retrieval_underfilled" BOOLEAN,
    "answer" JSONB,
    "trace_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),
    "lease_owner" UUID,
    "lease_expires_at" TIMESTAMPTZ(3),
    "cancel_requested_at" TIMESTAMPTZ(3),
    "followed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "takeovers" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run_event" (
    "run_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "workspace_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "run_event_pkey" PRIMARY KEY ("run_id","seq")
);

-- CreateTable
CREATE TABLE "run_hit" (
    "run_id" UUID NOT NULL,
    "rank" INTEGER NOT NULL,
    "workspace_id" UUID NOT NULL,
    "chunk_id" UUID NOT NULL,
    "score" DOUBLE PRECISION NOT NULL,
    "lexical" DOUBLE PRECISION,
    "vector" DOUBLE PRECISION,
    "rerank" DOUBLE PRECISION,

    CONSTRAINT "run_hit_pkey" PRIMARY KEY ("run_id","rank")
);

-- CreateTable
CREATE TABLE "run_citation" (
    "run_id" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "workspace_id" UUID NOT NULL,
    "marker" INTEGER NOT NULL,
    "chunk_id" UUID,
    "quote" TEXT,
    "start" INTEGER,
    "end" INTEGER,
    "verified" BOOLEAN NOT NULL,

    CONSTRAINT "run_citation_pkey" PRIMARY KEY ("run_id","ordinal")
);

-- CreateIndex
CREATE UNIQUE INDEX "workspace_name_key" ON "workspace"("name");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_prefix_key" ON "api_key"("prefix");

-- CreateIndex
CREATE INDEX "api_key_workspace_id_idx" ON "api_key"("workspace_id");

-- CreateIndex
CREATE UNIQUE INDEX "collection_workspace_id_name_key" ON "collection"("workspace_id", "name");

-- CreateIndex
CREATE INDEX "document_collection_id_id_idx" ON "document"("collection_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "document_collection_id_external_id_key" ON "document"("collection_id", "external_id");

-- CreateIndex
CREATE INDEX "chunk_collection_id_idx" ON "chunk"("collection_id");

-- By hand: Prisma has no type for it.
CREATE INDEX "chunk_term_ids_idx" ON "chunk" USING GIN ("term_ids");

-- CreateIndex
CREATE UNIQUE INDEX "chunk_document_id_document_version_ordinal_key" ON "chunk"("document_id", "document_version", "ordinal");

-- CreateIndex
CREATE INDEX "lexical_delta_collection_id_idx" ON "lexical_delta"("collection_id");

-- CreateIndex
CREATE UNIQUE INDEX "embedding_space_model_dimensions_key" ON "embedding_space"("model", "dimensions");

-- CreateIndex
CREATE INDEX "chunk_embedding_chunk_id_idx" ON "chunk_embedding"("chunk_id");

-- CreateIndex
CREATE INDEX "ingestion_collection_id_idx" ON "ingestion"("collection_id");

-- CreateIndex
CREATE INDEX "ingestion_document_document_id_idx" ON "ingestion_document"("document_id");

-- CreateIndex
CREATE INDEX "conversation_workspace_id_id_idx" ON "conversation"("workspace_id", "id");

-- CreateIndex
CREATE INDEX "run_conversation_id_id_idx" ON "run"("conversation_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "run_workspace_id_request_id_key" ON "run"("workspace_id", "request_id");

-- CreateIndex
CREATE INDEX "run_hit_chunk_id_idx" ON "run_hit"("chunk_id");

-- CreateIndex
CREATE INDEX "run_citation_chunk_id_idx" ON "run_citation"("chunk_id");

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "collection" ADD CONSTRAINT "collection_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "document" ADD CONSTRAINT "document_collection_id_fkey" FOREIGN KEY ("collection_id") REFERENCES "collection"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "document_source" ADD CONSTRAINT "document_source_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "document"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chunk" ADD CONSTRAINT "chunk_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "document"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chunk" ADD CONSTRAINT "chunk_collection_id_fkey" FOREIGN KEY ("collection_id") REFERENCES "collection"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ingestion" ADD CONSTRAINT "ingestion_collection_id_fkey" FOREIGN KEY ("collection_id") REFERENCES "collection"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ingestion_document" ADD CONSTRAINT "ingestion_document_ingestion_id_fkey" FOREIGN KEY ("ingestion_id") REFERENCES "ingestion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ingestion_document" ADD CONSTRAINT "ingestion_document_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "document"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "conversation" ADD CONSTRAINT "conversation_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_conversation_id_fkey" FOREIGN KEY ("conversation_id") REFERENCES "conversation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_event" ADD CONSTRAINT "run_event_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_hit" ADD CONSTRAINT "run_hit_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_hit" ADD CONSTRAINT "run_hit_chunk_id_fkey" FOREIGN KEY ("chunk_id") REFERENCES "chunk"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_citation" ADD CONSTRAINT "run_citation_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_citation" ADD CONSTRAINT "run_citation_chunk_id_fkey" FOREIGN KEY ("chunk_id") REFERENCES "chunk"("id") ON DELETE SET NULL ON UPDATE CASCADE;


-- By hand: without an external id, equal content is the same document.
CREATE UNIQUE INDEX "document_collection_id_content_hash_key" ON "document"("collection_id", "content_hash") WHERE "external_id" IS NULL;

-- By hand: a conversation has at most one run at work.
CREATE UNIQUE INDEX "run_conversation_id_running_key" ON "run"("conversation_id") WHERE "status" = 'RUNNING';

-- By hand: what the sweeper looks through.
CREATE INDEX "run_unfinished_idx" ON "run"("status", "lease_expires_at") WHERE "status" IN ('QUEUED', 'RUNNING');

-- By hand: rows that only raw SQL writes go with what they describe.
ALTER TABLE "term_statistic" ADD CONSTRAINT "term_statistic_collection_id_fkey" FOREIGN KEY ("collection_id") REFERENCES "collection"("id") ON DELETE CASCADE;
ALTER TABLE "lexical_statistic" ADD CONSTRAINT "lexical_statistic_collection_id_fkey" FOREIGN KEY ("collection_id") REFERENCES "collection"("id") ON DELETE CASCADE;
ALTER TABLE "lexical_delta" ADD CONSTRAINT "lexical_delta_collection_id_fkey" FOREIGN KEY ("collection_id") REFERENCES "collection"("id") ON DELETE CASCADE;
ALTER TABLE "chunk_embedding" ADD CONSTRAINT "chunk_embedding_chunk_id_fkey" FOREIGN KEY ("chunk_id") REFERENCES "chunk"("id") ON DELETE CASCADE;
ALTER TABLE "chunk_embedding" ADD CONSTRAINT "chunk_embedding_space_id_fkey" FOREIGN KEY ("space_id") REFERENCES "embedding_space"("id");

-- By hand: scoring reads the weights of thousands of rows: they stay in the row, the text moves out first.
ALTER TABLE "chunk" ALTER COLUMN "weights" SET STORAGE MAIN;

-- By hand: folds update counts in place.
ALTER TABLE "term_statistic" SET (fillfactor = 80);

-- By hand: the workspace of an installation without keys.
INSERT INTO "workspace" ("id", "name") VALUES ('01900000-0000-7000-8000-000000000000', 'default');
