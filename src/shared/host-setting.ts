// The board setting that names the host: the one rule for the firmware, which reads it, and for the tool that writes it.

/** Its name. */
export const HOST_SETTING = "host"

/** Whether the cart connects to the host of this setting: {"name": text, "port": whole number}. @param value any JSON */
export function hostSettingIsValid(value: any): boolean {
    if (!value || typeof value !== "object") return false
    const name = value.name
    const port = value.port
    if (typeof name !== "string" || typeof port !== "number") return false
    // A port in the name would be looked up as part of it.
    if (name.length === 0 || name.indexOf(":") >= 0) return false
    return port >= 1 && port <= 65535 && port === Math.floor(port)
}
