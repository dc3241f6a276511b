// Shows what the simulator sends, as text: a placeholder of the page.

const socket = new WebSocket(`ws://${location.host}/simulator`)
socket.onmessage = event => {
    const shown = document.getElementById("state")
    if (shown && typeof event.data === "string")
        shown.textContent = JSON.stringify(JSON.parse(event.data), undefined, 1)
}
