// The file of settings that are deployed to a board with its program: reads it, and sets or removes lines in it.

import { readFileSync, statSync } from "node:fs"
import { resolve } from "node:path"
import { writePrivately } from "../link/key-store"
import { RunError } from "../errors"

/** The file that DeviceScript's tools deploy with the program: lines of `name=JSON`, ignored by Git. */
export const SETTINGS_FILE = ".env.local"

export const settingLine = (name: string, value: unknown): string =>
    `${name}=${JSON.stringify(value)}`

/** Sets these settings, in place of earlier values. */
export function setSettings(file: string, settings: Readonly<Record<string, unknown>>): void {
    const isReplaced = hasNameIn(Object.keys(settings))
    const others = otherSettings(readSettingsText(file) ?? "", isReplaced)
    const lines = Object.entries(settings).map(s => settingLine(...s))
    writeSettings(file, [...others, ...lines, ""].join("\n"))
}

/** Whether a line sets one of these names. */
export function hasNameIn(names: readonly string[]): (line: string) => boolean {
    return line => names.includes(line.split("=")[0]!.trim())
}

/** All lines but the selected ones. */
export function otherSettings(text: string, isThose: (line: string) => boolean): string[] {
    return text
        .split(/\r?\n/)
        .filter(line => !isThose(line))
        .filter((line, i, all) => line !== "" || i < all.length - 1)
}

/** The file's text; undefined if there is no file. */
export function readSettingsText(file: string): string | undefined {
    return withFileErrors(file, "read", () => {
        const about = statSync(file, { throwIfNoEntry: false })
        if (!about) return undefined
        // Reading a pipe might never end.
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
