import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { administer } from './administer.ts'
import { runCommand } from './run-command.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** What each file's database is a copy of. */
    template: Template
  }
}

/** A migrated database: a folder, or a database of the server that TEST_DATABASE_URL names. */
export type Template =
  | { readonly kind: 'embedded'; readonly directory: string }
  | { readonly kind: 'server'; readonly url: string; readonly name: string }

/** Migrates once: a copy is there in a tenth of the time. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = process.env.TEST_DATABASE_URL
  return server ? onServer(project, server) : inFolder(project)
}

async function inFolder(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), 'groundwire-template-'))
  const directory = join(folder, 'data')
  await migrate({ DATA_DIR: directory })
  project.provide('template', { kind: 'embedded', directory })
  return () => rm(folder, { recursive: true })
}

async function onServer(project: TestProject, url: string) {
  const name = `sys_template_${randomBytes(4).toString('hex')}`
  const target = new URL(url)
  target.pathname = `/${name}`
  await administer(url, `CREATE DATABASE ${name}`)
  await migrate({ DATABASE_URL: target.href })
  project.provide('template', { kind: 'server', url, name })
  return () => administer(url, `DROP DATABASE ${name}`)
}

async function migrate(env: Record<string, string>): Promise<void> {
  const { code, stderr } = await runCommand(['migrate'], env)
  if (code !== 0) throw new Error(`The template could not be migrated:\n${stderr}`)
}
