# SPDX-License-Identifier: MIT
"""Headless Chromium through chromedriver: opens pages and draws what is on them."""
import base64
import json
import urllib.error
import urllib.request

import needs
import workshop

WIDTH = 1280
MARGIN = 12  # pixels around the content
# The lowest edge of all text and pictures that can be seen within the element.
BOTTOM = """
const root = document.querySelector(arguments[0]);
let bottom = 0;
for (const element of root.querySelectorAll('*')) {
    const box = element.getBoundingClientRect();
    const has_text = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    const is_seen = getComputedStyle(element).visibility !== 'hidden' && box.width && box.height;
    if (is_seen && (has_text || element.tagName === 'IMG')) bottom = Math.max(bottom, box.bottom + window.scrollY);
}
return bottom;
"""


class Browser:
    """One session of one browser."""

    def __init__(self, shop):
        self._shop = shop
        port = workshop.free_port()
        self._base = f"http://127.0.0.1:{port}"
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
        shop.make("chromium")
        self._driver = shop.start("chromedriver", [needs.program("chromedriver"), f"--port={port}"])
        shop.wait("chromedriver", lambda: workshop.listens(port), self._driver)
        # No sandbox: it needs rights that containers do not give, and only our own pages are opened.
        arguments = ["--headless", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
                     "--no-proxy-server", "--force-device-scale-factor=1", "--disable-breakpad", "--disable-lcd-text",
                     "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # pages point at the Internet
                     f"--window-size={WIDTH},1000", f"--user-data-dir={shop.folder}/chromium/profile"]
        options = {"binary": needs.program("chromium"), "args": arguments}
        answer = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": {"browserName": "chrome",
                                                                                 "goog:chromeOptions": options}}})
        self._session = f"/session/{answer['sessionId']}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self._ask("DELETE", self._session)
        except workshop.Failure:
            pass  # its process is ended with the workshop
        self._shop.end(self._driver)

    def _ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode("ascii")
        request = urllib.request.Request(self._base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with self._open(request, timeout=workshop.PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise workshop.Failure(f"chromedriver, {path}: {error.read().decode('utf-8', 'replace')[:1500]}") from None
        except OSError as error:
            raise workshop.Failure(f"chromedriver, {path}: {error}") from None

    def go(self, url):
        """Opens the page and waits until it is loaded."""
        self._ask("POST", f"{self._session}/url", {"url": url})

    def script(self, text, *arguments):
        return self._ask("POST", f"{self._session}/execute/sync", {"script": text, "args": list(arguments)})

    def text(self):
        return self.script("return document.body.innerText")

    def wait_for(self, words, name):
        """Waits until all of these are on the page: parts of one come later."""
        def lost():
            text = self.text()
            return [word for word in words if word not in text] + [text[:1500]] * ("Loading..." in text)

        self._shop.settle(f"words of {name}", lost, self._driver)

    def _devtools(self, command, **parameters):
        return self._ask("POST", f"{self._session}/goog/cdp/execute", {"cmd": command, "params": parameters})

    def click(self, selector):
        self.script("document.querySelector(arguments[0]).click()", selector)

    def picture(self, within="body", below=MARGIN):
        """The PNG of the whole width, down to the last content of the element and some pixels below."""
        height = int(self.script(BOTTOM, within)) + below
        self._devtools("Emulation.setDeviceMetricsOverride", width=WIDTH, height=height, deviceScaleFactor=1,
                       mobile=False)
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": height, "scale": 1}
        picture = base64.b64decode(self._devtools("Page.captureScreenshot", format="png", clip=clip)["data"])
        self._devtools("Emulation.clearDeviceMetricsOverride")
        return picture
