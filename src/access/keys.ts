import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../db/database.ts'
import { UnauthenticatedError } from '../errors.ts'
import type { ApiKey } from '../generated/prisma/client.ts'
import type { Caller, Scope } from './caller.ts'
import { rememberedMs } from './remember-callers.ts'

/** gw_<12 characters by which it is found>_<43 characters, 256 random bits>. */
const keyPattern = /^gw_([A-Za-z0-9]{12})_([A-Za-z0-9]{43})$/

/** Of the workspace that the migration makes. */
export const defaultWorkspaceId = '01900000-0000-7000-8000-000000000000'

/** @returns the key, which is shown this once: only its hash is stored */
export async function createKey(
  { prisma }: Database,
  { name, workspace, scopes }: { name: string; workspace: string; scopes: readonly Scope[] },
): Promise<{ key: string; row: ApiKey }> {
  const prefix = randomText(12)
  const key = `gw_${prefix}_${randomText(43)}`
  const row = await prisma.apiKey.create({
    data: {
      name,
      prefix,
      hash: hashOf(key),
      scopes: [...scopes],
      workspace: { connectOrCreate: { where: { name: workspace }, create: { name: workspace } } },
    },
  })
  return { key, row }
}

export function listKeys({ prisma }: Database, workspace: string | null) {
  return prisma.apiKey.findMany({
    where: workspace === null ? {} : { workspace: { name: workspace } },
    include: { workspace: { select: { name: true } } },
    orderBy: { id: 'asc' },
  })
}

export async function hasValidKey({ prisma }: Database): Promise<boolean> {
  return (await prisma.apiKey.findFirst({ where: { revokedAt: null }, select: { id: true } })) !== null
}

/**
 * By its prefix, or by the whole key. When it returns no process takes the key any more: those that remember it as valid
 * have forgotten it. @returns false where there is no such key that is still valid
 */
export async function revokeKey({ prisma }: Database, keyOrPrefix: string): Promise<boolean> {
  const prefix = keyOrPrefix.replace(/^gw_/, '').split('_')[0] ?? ''
  const { count } = await prisma.apiKey.updateMany({
    where: { revokedAt: null, prefix },
    data: { revokedAt: new Date() },
  })
  if (count > 0) await delay(rememberedMs)
  return count > 0
}

/**
 * Whom a request acts as, by its `Authorization: Bearer gw_…` header or the same value in
 * connectionParams. Asked of the database.
 * @throws UnauthenticatedError
 */
export async function authenticate({ prisma }: Database, authorization: string | null): Promise<Caller> {
  if (!authorization) throw new UnauthenticatedError('An API key is needed: Authorization: Bearer gw_…')
  const [, key = ''] = /^Bearer +(\S+)$/i.exec(authorization.trim()) ?? []
  const [, prefix] = keyPattern.exec(key) ?? []
  const row = prefix ? await prisma.apiKey.findUnique({ where: { prefix } }) : null
  // Also where there is no such key: how long the answer takes must not tell.
  const matches = timingSafeEqual(hashOf(key), row?.hash ?? hashOf(''))
  if (!row || !matches || row.revokedAt) throw new UnauthenticatedError('The API key is not valid')
  return { workspaceId: row.workspaceId, scopes: row.scopes, keyId: row.id }
}

/** A hash without a salt is enough for 256 random bits: there is nothing to guess. */
function hashOf(key: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(key).digest())
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Uniform: bytes past the last whole multiple of the alphabet are drawn again. */
function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && text.length < length) text += alphabet[byte % alphabet.length]
    }
  }
  return text
}
