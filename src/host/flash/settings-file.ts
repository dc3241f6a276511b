// Responsible for: the file of settings that are deployed to a board with its program: lines put in and taken out, all else left alone.
// Not for: which settings there are (pair.ts), or bringing them to a board, which DeviceScript's tools do.

import { readFileSync, statSync } from "node:fs"
import { resolve } from "node:path"
import { writePrivately } from "../link/key-store"
import { RunError } from "../errors"

/** What DeviceScript's tools deploy beside the program: lines `name=JSON`, of which Git knows nothing (.gitignore). */
export const SETTINGS_FILE = ".env.local"

export const settingLine = (name: string, value: unknown): string =>
    `${name}=${JSON.stringify(value)}`

/** Puts these among the settings to deploy, in place of what they were. */
export function setSettings(file: string, settings: Readonly<Record<string, unknown>>): void {
    const isReplaced = hasNameIn(Object.keys(settings))
    const others = otherSettings(readSettingsText(file) ?? "", isReplaced)
    const lines = Object.entries(settings).map(s => settingLine(...s))
    writeSettings(file, [...others, ...lines, ""].join("\n"))
}

/** Whether a line of settings is of one of these names. */
export function hasNameIn(names: readonly string[]): (line: string) => boolean {
    return line => names.includes(line.split("=")[0]!.trim())
}

/** Lines that are not those. */
export function otherSettings(text: string, isThose: (line: string) => boolean): string[] {
    return text
        .split(/\r?\n/)
        .filter(line => !isThose(line))
        .filter((line, i, all) => line !== "" || i < all.length - 1)
}

/** What the file holds; undefined when there is none. */
export function readSettingsText(file: string): string | undefined {
    return withFileErrors(file, "read", () => {
        const about = statSync(file, { throwIfNoEntry: false })
        if (!about) return undefined
        // Of a pipe nobody knows when its end comes.
        if (!about.isFile()) throw Object.assign(new Error(), { code: "it is not a file" })
        return readFileSync(file, "utf8")
    })
}

export function writeSettings(file: string, text: string): void {
    withFileErrors(file, "written", () => writePrivately(file, text))
}

function withFileErrors<T>(file: string, done: string, action: () => T): T {
    try {
        return action()
    } catch (error) {
        throw new RunError(
            `The settings ${resolve(file)} cannot be ${done} (${(error as NodeJS.ErrnoException).code}); run this in the project's folder, or name a file with --settings.`
        )
    }
}
