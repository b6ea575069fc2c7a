/** Records traffic: not among the tests, but run by `python -m tests.traffic`. */
import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['tests/traffic/scenario.ts'], testTimeout: 60_000 } })
