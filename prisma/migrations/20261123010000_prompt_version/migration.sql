-- AlterTable
ALTER TABLE "run" ADD COLUMN     "prompt_version" TEXT;
