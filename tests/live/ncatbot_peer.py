"""Runs ncatbot's mock of NapCat for a test in another process: commands come as JSON lines, and so do answers.

It needs nothing of this project, for it runs in the Python that has ncatbot.
"""

import asyncio
import json
import sys
from importlib import import_module
from typing import Any

mock: Any = import_module("ncatbot.utils.testing.mock_server")  # not in the environment that checks our types


def tell(what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def obey(server: Any, command: dict[str, Any]) -> Any:
    match command:
        case {"do": "group_message", **about}:
            return await server.inject_group_message(**about)
        case {"do": "burst", "count": count, **about}:
            said = (
                server.inject_group_message(message=str(one), message_id=str(one + 1), **about) for one in range(count)
            )
            return len(await asyncio.gather(*said))
        case {"do": "event", "event": event}:
            return await server.inject_event(event)
        case {"do": "private_message", **about}:
            return await server.inject_private_message(**about)
        case {"do": "answer", "action": action, "with": response}:
            return server.set_response(action, response)
        case {"do": "sent", "action": action}:
            return server.get_calls_for_action(action)
        case {"do": "stop"}:
            return await server.stop()
        case {"do": "start"}:
            return await server.start()
    raise ValueError(f"unknown command {command}")


async def main(port: int) -> None:
    async with mock.NapCatMockServer(host="127.0.0.1", port=port, initial_data=mock.get_standard_data()) as server:
        tell("listening")
        while line := await asyncio.to_thread(sys.stdin.readline):
            tell(await obey(server, json.loads(line)))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
