// Makes a board's image with DeviceScript's tools (runtime with the board's pins, program, settings) and verifies it.

import { spawn } from "node:child_process"
import {
    copyFileSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { Interrupted, RunError } from "../errors"
import { settingLine } from "./settings-file"
import type { ImageSettings } from "./board-settings"
import { addWifi, PROGRAM_KEY, readStore } from "./settings-store"
import { type FlashBoard, PROJECT } from "./board-file"

/** Project files that the tools read. Each image is built in a private project of links, which other users cannot read. */
const LINKS = ["src", "services", "boards", "node_modules", "devsconfig.json", "package.json"]
const CACHE = join(".devicescript", "cache")
const BIN = join(".devicescript", "bin")
const CLI = join("node_modules", "@devicescript", "cli", "devicescript")
const LIMIT_MS = 180_000
/** Exit status of the tools if another instance is running. */
const PORTS_TAKEN = 100
/** First byte of an ESP32 image. */
const ESP_MAGIC = 0xe9
/** Start of the board's configuration in the runtime. */
const CONFIG_MAGIC = Buffer.from([0x44, 0x43, 0x46, 0x47, 0x0a, 0x9b, 0xb4, 0xca])

export interface Image {
    readonly file: string
    /** Address in the board's flash memory, such as 0x0. */
    readonly offset: string
    readonly bytes: number
    /** Deletes the image: it contains secrets. */
    remove(): void
}

export interface ImagePlan {
    readonly board: FlashBoard
    /** Source file of the program, such as src/main.ts. */
    readonly program: string
    readonly settings: ImageSettings
    /** File of a runtime image; if undefined, DeviceScript's tools fetch the latest. */
    readonly runtime: string | undefined
}

/**
 * @param stop aborts it
 * @throws RunError, Interrupted
 */
export async function makeImage(plan: ImagePlan, stop: AbortSignal): Promise<Image> {
    if (plan.runtime !== undefined) checkRuntime(plan.runtime, plan.board)
    const folder = privateProject(plan)
    const remove = (): void => {
        process.off("exit", remove)
        rmSync(folder, { recursive: true, force: true })
    }
    // Also deletes the secrets when the program ends in another way.
    process.on("exit", remove)
    try {
        await bundle(folder, plan, stop)
        return { ...checkedImage(folder, plan), remove }
    } catch (error) {
        remove()
        throw error
    }
}

/** Before the tools work for half a minute. @throws RunError */
function checkRuntime(file: string, board: FlashBoard): void {
    if (readFileSync(file)[0] !== ESP_MAGIC) throw notFlashed(NO_ESP, board)
}

const NO_ESP = "its runtime is not for an ESP32"

const notFlashed = (defect: string, { runtimeHelp }: FlashBoard): RunError =>
    new RunError(`The image is not flashed, because ${defect}; ${runtimeHelp}`)

/** Makes the project folder, which only this user can open. @returns its path */
function privateProject({ board, settings, runtime }: ImagePlan): string {
    const generated = join(PROJECT, ".devicescript")
    mkdirSync(generated, { recursive: true })
    removeOrphans(generated)
    const folder = mkdtempSync(join(generated, `flash-${process.pid}-`))
    for (const link of LINKS) symlinkSync(join(PROJECT, link), join(folder, link))
    mkdirSync(join(folder, ".devicescript"))
    if (runtime === undefined) {
        mkdirSync(join(PROJECT, CACHE), { recursive: true })
        symlinkSync(join(PROJECT, CACHE), join(folder, CACHE))
    } else {
        mkdirSync(join(folder, CACHE))
        copyFileSync(runtime, join(folder, CACHE, board.runtimeName))
    }
    const lines = [...settings.values].map(s => settingLine(...s))
    const file = join(folder, ".env.local")
    writeFileSync(file, `${lines.map(escaped).join("\n")}\n`, { mode: 0o600 })
    return folder
}

/** Removes folders of programs that were killed: they contain secrets. */
function removeOrphans(generated: string): void {
    for (const name of readdirSync(generated)) {
        const [, pid] = /^flash-(\d+)-/.exec(name) ?? []
        if (pid !== undefined && !isAlive(Number(pid)))
            rmSync(join(generated, name), { recursive: true, force: true })
    }
}

function isAlive(pid: number): boolean {
    try {
        return process.kill(pid, 0)
    } catch (error) {
        // Another user's process is one too.
        return (error as NodeJS.ErrnoException).code === "EPERM"
    }
}

/** The tools lose lines with a # in them: JSON has another way to write it. */
const escaped = (line: string): string => line.replaceAll("#", "\\u0023")

async function bundle(
    folder: string,
    { board, program }: ImagePlan,
    stop: AbortSignal
): Promise<void> {
    const limit = AbortSignal.timeout(LIMIT_MS)
    const child = spawn(process.execPath, [CLI, "--ci", "bundle", "--board", board.id, program], {
        cwd: folder,
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, NO_UPDATE_NOTIFIER: "1", NO_COLOR: "1" },
        signal: AbortSignal.any([stop, limit]),
    })
    let output = ""
    child.stdout.on("data", data => (output += String(data)))
    child.stderr.on("data", data => (output += String(data)))
    const status = await new Promise<number | null>(resolve => {
        child.on("error", () => resolve(null))
        child.on("close", resolve)
    })
    if (stop.aborted)
        throw new Interrupted("Stopped before the image was made; the board is unchanged.")
    if (status !== 0) throw new RunError(bundleErrorText(status, output, board))
}

/** Error text for failed tools. Of their output it includes only lines that look like an error, never a setting. */
export function bundleErrorText(status: number | null, output: string, board: FlashBoard): string {
    if (status === PORTS_TAKEN)
        return "Other DeviceScript tools are running (TCP ports 8081 to 8083 are in use); end them, such as `devs devtools` or those of an editor, and run this again."
    if (/fetch failed|can't fetch|ENOTFOUND|EAI_AGAIN|ECONNREFUSED/.test(output))
        return `The runtime could not be fetched; connect to a network and run this again, or give its image with --runtime FILE (download: ${board.runtimeUrl}).`
    if (status === null)
        return `The image was not made within ${LIMIT_MS / 1000} s; run this again.`
    const lines = output.split(/\r?\n/).filter(l => /error|fatal|! /i.test(l))
    return `DeviceScript's tools made no image (status ${status})${lines.length > 0 ? `: ${lines.slice(-3).join(" / ")}` : ""}; check that \`npm run build\` works.`
}

function checkedImage(folder: string, { settings, board }: ImagePlan): Omit<Image, "remove"> {
    const bin = join(folder, BIN)
    const name = existsSync(bin)
        ? readdirSync(bin).find(n => /^bundle-.*-0x[0-9a-f]+\.bin$/.test(n))
        : undefined
    if (name === undefined)
        throw new RunError(
            "DeviceScript's tools made no image and reported no error; check that `npm run build` works."
        )
    const file = join(bin, name)
    const image = readFileSync(file)
    const defect = imageDefect(image, readFileSync(join(bin, "bytecode.devs")), settings, board)
    if (defect) throw notFlashed(defect, board)
    const { wifi } = settings
    if (wifi && !addWifi(image, wifi.ssid, wifi.password))
        throw new RunError(
            "There is no space for Wi-Fi in the settings; remove or shorten other settings."
        )
    writeFileSync(file, image)
    const offset = /-(0x[0-9a-f]+)\.bin$/.exec(name)![1]!
    return { file, offset, bytes: image.length }
}

/** Verifies an image against its plan. @returns a clause on the first defect */
export function imageDefect(
    image: Buffer,
    program: Buffer,
    { values }: ImageSettings,
    board: FlashBoard
): string | undefined {
    if (image[0] !== ESP_MAGIC) return NO_ESP
    const config = image.indexOf(CONFIG_MAGIC)
    const devName = Buffer.from(`${board.name}\0`)
    if (config < 0 || image.indexOf(devName, config) < 0) return `it lacks the pins of ${board.id}`
    const store = readStore(image)
    if (!store?.get(PROGRAM_KEY)?.includes(program)) return "it lacks the program"
    for (const [name, value] of values)
        if (store.get(`:${name}`)?.toString() !== JSON.stringify(value))
            return `it lacks the setting ${name}`
    return undefined
}
