#!/usr/bin/env node
// Every metric and label that the dashboard, the alerts and docs/OBSERVABILITY.md use must be one that
// the process exports: a series that was renamed leaves an empty panel and an alert that never fires.
//
//   node infra/check.mjs [root]     exits 1 and prints one line for each mistake
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PREFIX = 'groundwire_'
const NAME = /\bgroundwire_[a-z0-9_]+\b/g

// What prom-client 15 collects by itself and the dashboard may use, without the prefix.
const PROCESS_METRICS = {
  process_cpu_seconds_total: [],
  process_cpu_user_seconds_total: [],
  process_cpu_system_seconds_total: [],
  process_start_time_seconds: [],
  process_resident_memory_bytes: [],
  process_virtual_memory_bytes: [],
  process_heap_bytes: [],
  process_open_fds: [],
  process_max_fds: [],
  nodejs_eventloop_lag_seconds: [],
  nodejs_eventloop_lag_min_seconds: [],
  nodejs_eventloop_lag_max_seconds: [],
  nodejs_eventloop_lag_mean_seconds: [],
  nodejs_eventloop_lag_stddev_seconds: [],
  nodejs_eventloop_lag_p50_seconds: [],
  nodejs_eventloop_lag_p90_seconds: [],
  nodejs_eventloop_lag_p99_seconds: [],
  nodejs_active_resources: ['type'],
  nodejs_active_resources_total: [],
  nodejs_active_handles: ['type'],
  nodejs_active_handles_total: [],
  nodejs_active_requests: ['type'],
  nodejs_active_requests_total: [],
  nodejs_heap_size_total_bytes: [],
  nodejs_heap_size_used_bytes: [],
  nodejs_external_memory_bytes: [],
  nodejs_heap_space_size_total_bytes: ['space'],
  nodejs_heap_space_size_used_bytes: ['space'],
  nodejs_heap_space_size_available_bytes: ['space'],
  nodejs_version_info: ['version', 'major', 'minor', 'patch'],
}

/** Labels that Prometheus adds, or that belong to its own series. */
const SCRAPE_LABELS = ['job', 'instance', 'le']

/**
 * The series that a process exports, by name, each with its labels.
 * @throws if a name in the source is not declared as `histogram|counter|gauge('name', 'help', ['label'])`.
 */
export function exportedSeries(source) {
  const series = new Map()
  for (const [name, labels] of Object.entries(PROCESS_METRICS)) series.set(PREFIX + name, labels)
  series.set(`${PREFIX}nodejs_gc_duration_seconds`, ['kind'])
  for (const suffix of ['bucket', 'sum', 'count'])
    series.set(`${PREFIX}nodejs_gc_duration_seconds_${suffix}`, ['kind'])

  const declaration =
    /(histogram|counter|gauge)\(\s*(['"])(groundwire_\w+)\2\s*,\s*(?:'[^']*'|"[^"]*"|`[^`]*`)\s*,\s*\[([^\]]*)\]/g
  const declared = new Set()
  for (const [, kind, , name, list] of source.matchAll(declaration)) {
    const labels = [...list.matchAll(/['"](\w+)['"]/g)].map((match) => match[1])
    declared.add(name)
    if (kind !== 'histogram') series.set(name, labels)
    else for (const suffix of ['bucket', 'sum', 'count']) series.set(`${name}_${suffix}`, labels)
  }
  for (const [, name] of source.matchAll(/['"`](groundwire_\w*[a-z0-9])['"`]/g))
    if (!declared.has(name))
      throw new Error(`src/telemetry/metrics.ts: ${name} is not declared in a way that this check reads`)
  if (declared.size === 0) throw new Error('src/telemetry/metrics.ts declares no metric')
  return { series, declared }
}

/** What is wrong with a PromQL expression, given the series that exist. */
export function problemsOf(expression, series) {
  const problems = []
  const names = new Set(expression.match(NAME) ?? [])
  const known = new Set(SCRAPE_LABELS)
  for (const name of names) {
    const labels = series.get(name)
    if (!labels) problems.push(`${name} is not exported`)
    for (const label of labels ?? []) known.add(label)
  }
  // Labels of series that are not ours are not ours to check.
  if (names.size === 0 || problems.length > 0) return problems
  for (const [, list] of expression.matchAll(
    /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g,
  ))
    for (const label of list
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean))
      if (!known.has(label)) problems.push(`${label} is no label of ${[...names].join(', ')}`)
  for (const [, selector] of expression.matchAll(/\{([^}]*)\}/g))
    for (const [, label] of selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g))
      if (!known.has(label)) problems.push(`${label} is no label of ${[...names].join(', ')}`)
  return problems
}

/** [where, expression] for each query of a Grafana dashboard, variables included. */
export function dashboardExpressions(dashboard) {
  const found = []
  const panels = (list) => {
    for (const panel of list) {
      for (const target of panel.targets ?? []) if (target.expr) found.push([panel.title, target.expr])
      panels(panel.panels ?? [])
    }
  }
  panels(dashboard.panels)
  return found
}

/** [where, expression] for each rule. Reads the two ways of writing `expr:` that alerts.yml uses. */
export function alertExpressions(yaml) {
  const found = []
  const lines = yaml.split('\n')
  let alert = '?'
  for (const [at, line] of lines.entries()) {
    alert = /- alert: (\S+)/.exec(line)?.[1] ?? alert
    const inline = /^(\s*)expr: (.*)$/.exec(line)
    if (!inline) continue
    let expression = inline[2]
    if (/^[|>]-?$/.test(expression)) {
      const indent = inline[1].length
      const rest = lines.slice(at + 1)
      const end = rest.findIndex((next) => next.trim() !== '' && next.search(/\S/) <= indent)
      expression = rest.slice(0, end < 0 ? undefined : end).join('\n')
    }
    found.push([alert, expression])
  }
  return found
}

/** Everything that is wrong below `root`, one line each. */
export function check(root) {
  const read = (path) => readFileSync(join(root, path), 'utf8')
  const { series, declared } = exportedSeries(read('src/telemetry/metrics.ts'))
  const problems = []

  const dashboard = JSON.parse(read('infra/grafana/dashboards/groundwire.json'))
  const sources = [
    ['infra/grafana/dashboards/groundwire.json', dashboardExpressions(dashboard)],
    ['infra/prometheus/alerts.yml', alertExpressions(read('infra/prometheus/alerts.yml'))],
  ]
  const used = new Set()
  for (const [file, expressions] of sources) {
    if (expressions.length === 0) problems.push(`${file}: no expression was found`)
    for (const [where, expression] of expressions) {
      for (const problem of problemsOf(expression, series)) problems.push(`${file}: ${where}: ${problem}`)
      for (const name of expression.match(NAME) ?? []) used.add(name)
    }
  }

  const isUsed = (name) => ['', '_bucket', '_sum', '_count'].some((suffix) => used.has(name + suffix))
  const documentation = read('docs/OBSERVABILITY.md')
  for (const name of declared) {
    if (!isUsed(name)) problems.push(`${name}: no panel and no alert uses it`)
    if (!documentation.includes(`\`${name}\``)) problems.push(`docs/OBSERVABILITY.md: ${name} is missing`)
  }
  for (const name of new Set(documentation.match(NAME) ?? []))
    if (!declared.has(name) && !series.has(name))
      problems.push(`docs/OBSERVABILITY.md: ${name} is not exported`)
  return problems
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = check(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length > 0 ? 1 : 0
}
