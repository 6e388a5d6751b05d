-- The language of documents, by which their words are analysed.

-- BCP 47: given by the caller, or else detected in the content. Null where unknown.
ALTER TABLE "document"
    ADD COLUMN "language" TEXT,
    ADD COLUMN "language_given" BOOLEAN NOT NULL DEFAULT false;

-- What the searchable chunks were made with: 0 is the analysis before languages, which is made anew at the next start.
ALTER TABLE "document"
    ADD COLUMN "indexed_language" TEXT,
    ADD COLUMN "indexed_analysis" INTEGER NOT NULL DEFAULT 0;

-- Searchable chunks of a collection by their documents' language, as of the last fold. Empty where unknown.
CREATE TABLE "language_statistic" (
    "collection_id" UUID NOT NULL,
    "language" TEXT NOT NULL,
    "workspace_id" UUID NOT NULL,
    "chunks" INTEGER NOT NULL,

    CONSTRAINT "language_statistic_pkey" PRIMARY KEY ("collection_id","language")
);
ALTER TABLE "language_statistic" ADD CONSTRAINT "language_statistic_collection_id_fkey" FOREIGN KEY ("collection_id") REFERENCES "collection"("id") ON DELETE CASCADE;

-- What is indexed already, and what waits for its fold.
INSERT INTO "language_statistic" ("collection_id", "language", "workspace_id", "chunks")
SELECT "collection_id", '', "workspace_id", "chunks" FROM "lexical_statistic" WHERE "chunks" <> 0;
ALTER TABLE "lexical_delta" ADD COLUMN "language" TEXT NOT NULL DEFAULT '';
