#!/usr/bin/env node
import { runTypeScript } from './bootstrap.mjs';

await runTypeScript('cli/main.ts');
