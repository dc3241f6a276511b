// Serves the simulator's page to browsers on this machine.

import type { LiveSource } from "../console/live-source"
import {
    checkPort,
    type PageServerOptions,
    type PageSockets,
    servePages,
} from "../console/page-server"
import { ViewerSockets } from "../console/server/page-sockets"
import { LIVE_PATH, SIMULATOR_PATH, type ServerMessage } from "./messages"
import { simulatorFiles } from "./simulator-files"
import { type ShownSimulator, SimulatorSockets } from "./simulator-sockets"

/** Default port of the simulator's page; the console has 7317. */
export const SIMULATOR_PORT = 7318

const serverOptions = (port: number): PageServerOptions => ({
    ...{ port, name: "simulator", option: "--port" },
})

/** @throws PageServerError when the port is not available */
export function checkSimulatorPort(port: number): Promise<void> {
    return checkPort(serverOptions(port))
}

export interface ServedSimulator {
    readonly url: string
    /** Sends new pictures of the live view. */
    refresh(): void
    send(message: ServerMessage): void
    close(): Promise<void>
}

/** @throws PageServerError when the port is not available */
export async function serveSimulator(
    shown: ShownSimulator,
    live: LiveSource,
    port: number
): Promise<ServedSimulator> {
    const pages = new SimulatorSockets(shown)
    const pictures = new ViewerSockets(live)
    const sockets = new Map<string, PageSockets>([
        [SIMULATOR_PATH, pages],
        [LIVE_PATH, pictures],
    ])
    const server = await servePages(simulatorFiles(), sockets, serverOptions(port))
    return {
        url: server.url,
        refresh: () => pictures.refresh(),
        send: message => pages.send(message),
        close: () => server.close(),
    }
}
