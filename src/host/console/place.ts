// Where a server of pages listens, and the names under which it answers.

import type { IncomingMessage } from "node:http"
import { X509Certificate } from "node:crypto"
import { type Identity, isFor } from "./server/own-certificate"

/** The default: other machines cannot reach it. */
export const ADDRESS = "127.0.0.1"

export interface Place {
    readonly address: string
    /** The name or address in the address that is printed. */
    readonly shown: string
    /** Undefined: plain HTTP, on this machine only. */
    readonly tls: Identity | undefined
    has(name: string): boolean
}

const isHere = (name: string): boolean => name === ADDRESS || name === "localhost"

export const THIS_MACHINE: Place = {
    ...{ address: ADDRESS, shown: ADDRESS, tls: undefined },
    has: isHere,
}

/** Beyond this machine: under the names of the certificate. */
export function placeOf(address: string, shown: string, tls: Identity): Place {
    const certificate = new X509Certificate(tls.cert)
    return {
        ...{ address, shown, tls },
        has: name => isHere(name) || name === shown || isFor(certificate, name),
    }
}

/** The page of a place, ending with "/". */
export function urlOf({ tls, shown }: Place, port: number): string {
    const name = shown.includes(":") ? `[${shown}]` : shown
    return `${tls ? "https" : "http"}://${name}:${port}/`
}

/** Refuses other names for this machine, by which another site could reach the server (DNS rebinding). */
export function hasAllowedHost({ headers }: IncomingMessage, port: number, place: Place): boolean {
    return isOwn(headers.host, port, place)
}

/** Refuses WebSockets that a page of another site opens. */
export function hasAllowedOrigin(
    { headers }: IncomingMessage,
    port: number,
    place: Place
): boolean {
    const scheme = place.tls ? "https://" : "http://"
    const { origin = "" } = headers
    return origin.startsWith(scheme) && isOwn(origin.slice(scheme.length), port, place)
}

function isOwn(host: string | undefined, port: number, place: Place): boolean {
    const [, six, name, shownPort] =
        /^(?:\[([\da-f:.]+)\]|([^:[\]]+))(?::(\d+))?$/i.exec(host ?? "") ?? []
    const called = six ?? name
    if (called === undefined) return false
    // Browsers leave the port out where it is that of the scheme.
    const isPort =
        shownPort === undefined ? port === (place.tls ? 443 : 80) : Number(shownPort) === port
    return isPort && place.has(called.toLowerCase())
}
