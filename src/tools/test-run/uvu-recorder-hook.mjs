// Gives test files the recorder when they import uvu. Loaded with `node --import` before any test, and by each worker thread of a test,
// which cannot read TypeScript yet.

import { register } from "node:module"

const recorder = new URL("./uvu-recorder.ts", import.meta.url).href
const hook = `export async function resolve(specifier, context, next) {
    const test = /\\.test\\.ts(\\?|$)/.test(context.parentURL ?? "")
    return next(specifier === "uvu" && test ? ${JSON.stringify(recorder)} : specifier, context)
}`
register(`data:text/javascript,${encodeURIComponent(hook)}`)
