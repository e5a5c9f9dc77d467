"""The local Slack's files: uploaded in three steps, downloaded with the token."""

from __future__ import annotations

from aiohttp import web

from tests.slack.shapes import Json
from tests.slack.team import Refused, Team, Upload
from tests.slack.web_api import WebApi


class FileMethods:
    """`files.*` for an app, and the addresses that bytes go to and come from."""

    def __init__(self, team: Team, api: WebApi, address: str) -> None:
        self._team = team
        self._api = api
        self._address = address
        api.add("files.getUploadURLExternal", self.begin, "files:write")
        api.add("files.completeUploadExternal", self.complete, "files:write")
        api.add("files.info", self.info, "files:read")
        api.add("files.delete", self.delete, "files:write")

    async def begin(self, arguments: Json) -> Json:
        if not arguments.get("filename") or not int(arguments.get("length") or 0):
            raise Refused("invalid_arguments")
        file = Upload(self._team.number("F"), str(arguments["filename"]), owner=self._team.bot_user)
        self._team.files[file.id] = file
        return {"file_id": file.id, "upload_url": f"{self._address}/upload/{file.id}"}

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Take the bytes, raw or as a form's file."""
        file = self._team.files[request.match_info["file"]]
        if request.content_type == "multipart/form-data":
            parts = (await request.post()).values()
            file.content = next(p.file.read() for p in parts if isinstance(p, web.FileField))
        else:
            file.content = await request.read()
        return web.Response(text=f"OK - {len(file.content)}")

    async def complete(self, arguments: Json) -> Json:
        channel = arguments.get("channel_id")
        if channel and self._team.bot_user not in self._team.conversations[channel].members:
            raise Refused("channel_not_found")
        files = [self._team.files[str(file["id"])] for file in arguments["files"]]
        for file in files:
            if channel:
                file.shared_in.append(str(channel))
        return {"files": [self.object(file) for file in files]}

    async def info(self, arguments: Json) -> Json:
        file = self._team.files.get(str(arguments.get("file", "")))
        if file is None:
            raise Refused("file_not_found")
        return {"file": self.object(file)}

    async def delete(self, arguments: Json) -> Json:
        if self._team.files.pop(str(arguments.get("file", "")), None) is None:
            raise Refused("file_not_found")
        return {}

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Give a file's bytes to whoever may read files; anybody else gets Slack's sign-in page."""
        file = self._team.files.get(request.match_info["file"])
        is_known = request.headers.get("Authorization") == f"Bearer {self._api.bot_token}"
        if file is None or not is_known or "files:read" not in self._api.scopes:
            return web.Response(text="<!DOCTYPE html>Sign in", content_type="text/html")
        return web.Response(body=file.content, content_type="application/octet-stream")

    def object(self, file: Upload) -> Json:
        """Return a file as Slack shows it."""
        address = f"{self._address}/files-pri/{file.id}/{file.name}"
        return {
            "id": file.id,
            "name": file.name,
            "title": file.name,
            "user": file.owner,
            "size": len(file.content),
            "mimetype": "application/octet-stream",
            "filetype": "binary",
            "mode": "hosted",
            "url_private": address,
            "url_private_download": f"{address}?download=1",
        }
