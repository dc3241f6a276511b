// Reads the safety case and the tests of this project.

import { readFileSync } from "node:fs"
import { allTestFiles } from "../test-run/test-files"
import { parseSafetyCase, type SafetyCase } from "./safety-case"
import { tracedTests, type FoundTests } from "./traced-tests"

const SAFETY_CASE = "boards/safety.md"
const OWN_FOLDER = "src/tools/trace/"

export function readSafetyCase(): SafetyCase {
    return parseSafetyCase(readFileSync(SAFETY_CASE, "utf8"))
}

/** The titles in the tests of this folder are examples. */
export function findTests(): FoundTests[] {
    return allTestFiles()
        .filter(file => !file.startsWith(OWN_FOLDER))
        .map(file => tracedTests(file, readFileSync(file, "utf8")))
}
