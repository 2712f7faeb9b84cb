"""A line on loopback that loses answers: the request arrives and is obeyed, its answer breaks off in its head. (Where no byte of it came,
libcurl would ask again by itself.) It reads plain HTTP, so that it knows which answer it loses."""
import asyncio
import threading

HEAD_BYTES = 40


class LossyLine:
    def __init__(self, target, share, random):
        """`target`: (host, port) of the node. `share`: of the answers to pushes that are lost."""
        self.target, self.share, self.random = target, share, random
        self.pushes, self.lost = 0, 0
        self.ready = threading.Event()
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self._run, daemon=True).start()
        self.ready.wait()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def _run(self):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self._carry, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()

    def end(self):
        self.loop.call_soon_threadsafe(self.loop.stop)

    async def _carry(self, reader, writer):
        try:
            up, down = await asyncio.open_connection(*self.target)
        except OSError:
            writer.close()
            return
        asked = {"push": False}
        ways = [asyncio.ensure_future(way) for way in (self._requests(reader, down, asked), self._answers(up, writer, asked))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for end in (*ways, down, writer):
            (end.cancel if isinstance(end, asyncio.Future) else end.close)()

    @staticmethod
    async def _requests(reader, down, asked):
        while chunk := await reader.read(65536):
            if chunk.startswith((b"POST ", b"GET ", b"PUT ", b"HEAD ")):
                asked["push"] = chunk.startswith(b"POST /v1/push ")
            down.write(chunk)
            await down.drain()

    async def _answers(self, up, writer, asked):
        while chunk := await up.read(65536):
            is_push = asked["push"] and chunk.startswith(b"HTTP/")
            self.pushes += is_push
            if is_push and self.random.random() < self.share:
                self.lost += 1
                writer.write(chunk[:HEAD_BYTES])
                await writer.drain()
                return
            writer.write(chunk)
            await writer.drain()
