-- What a model made of the runs of a conversation up to one of them, for those that go on with it. Null until there is one.
-- The version is raised where a document is deleted that runs of the conversation used: what was made before is void.
ALTER TABLE "conversation"
    ADD COLUMN "summary" TEXT,
    ADD COLUMN "summary_run_id" UUID,
    ADD COLUMN "summary_version" INTEGER NOT NULL DEFAULT 0;
