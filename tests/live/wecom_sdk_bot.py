"""A bot made with WeCom's official SDK, for a test in another process: what happens to it is told as JSON lines. To every text
it replies, and pushes a word after.

It needs nothing of this project, for it runs in the Python that has the SDK.
"""

import asyncio
import json
import sys
from importlib import import_module
from typing import Any

sdk: Any = import_module("aibot")  # not in the environment that checks our types
connection: Any = import_module("aibot.ws")


class Quiet:
    """The SDK's log goes nowhere: the test reads what we print."""

    def __getattr__(self, _level: str) -> Any:
        return lambda *_: None


def tell(event: str, **about: Any) -> None:
    sys.stdout.write(json.dumps({"event": event, **about}) + "\n")
    sys.stdout.flush()


async def main(url: str, secret: str, certificate: str) -> None:
    connection._SSL_CONTEXT.load_verify_locations(certificate)  # else it believes public authorities only
    connection._SSL_CONTEXT.check_hostname = False
    options = sdk.WSClientOptions(bot_id="aib1", secret=secret, ws_url=url, heartbeat_interval=100, logger=Quiet())
    bot = sdk.WSClient(options)

    async def answer(frame: dict[str, Any]) -> None:
        body = frame["body"]
        tell("heard", body=body)
        replied = await bot.reply_stream(frame, "s1", f"收到：{body['text']['content']}", finish=True)
        words = {"msgtype": "markdown", "markdown": {"content": "再说一句"}}
        pushed = await bot.send_message(body.get("chatid", body["from"]["userid"]), words)
        tell("answered", codes=[replied["errcode"], pushed["errcode"]])

    bot.on("message.text", answer)
    bot.on("event", lambda frame: tell("event", kind=frame["body"]["event"]["eventtype"]))
    bot.on("authenticated", lambda: tell("authenticated"))
    bot.on("error", lambda error: tell("error", words=str(error)))
    await bot.connect()
    await asyncio.to_thread(sys.stdin.read)  # until the test is over


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
