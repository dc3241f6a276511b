// Beyond this machine, whoever sees anything shows the token: first in the address that the host prints, then in a cookie.

import type { IncomingMessage, ServerResponse } from "node:http"
import type { SessionToken } from "./session-token"

const SENTENCE =
    "This console is shown to those who have its token; open the address that its host has printed."

/** @returns false: the request is answered */
export function isViewer(
    token: SessionToken,
    port: number,
    request: IncomingMessage,
    response: ServerResponse
): boolean {
    // Cookies are the same for all ports of a host.
    const cookie = `__Host-ivus-${port}`
    const [path = "/", query = ""] = request.url!.split("?")
    const parameters = new URLSearchParams(query)
    const shown = parameters.get("token")
    if (shown !== null && token.matches(shown) && request.method === "GET") {
        // Out of the address, which stands in histories and is passed on.
        parameters.delete("token")
        const rest = parameters.toString()
        response.writeHead(303, {
            "Set-Cookie": `${cookie}=${token.text}; Path=/; Secure; HttpOnly; SameSite=Strict`,
            Location: path.replace(/^\/+/, "/") + (rest === "" ? "" : `?${rest}`),
        })
        response.end()
        return false
    }
    const kept = (request.headers.cookie ?? "")
        .split(/;\s*/)
        .find(one => one.startsWith(`${cookie}=`))
        ?.slice(cookie.length + 1)
    if (token.matches(kept)) return true
    const isApi = path.startsWith("/api/")
    response.writeHead(401, {
        "Content-Type": isApi ? "application/json" : "text/plain; charset=utf-8",
    })
    response.end(isApi ? JSON.stringify({ error: SENTENCE }) : SENTENCE)
    return false
}
