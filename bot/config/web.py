"""The section `web` of config.yml."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from bot.config.base import Section, VariableName


class LimitSettings(Section):
    """How much one visitor may ask of the bot. What is over a limit is refused with when to try again."""

    messages_per_session: int = Field(60, ge=1, description="Messages of one session in a minute.")
    messages_per_address: int = Field(
        1200, ge=1, description="Messages from one address in a minute; clients on this machine itself have no limit."
    )
    requests_per_address: int = Field(
        6000, ge=1, description="Connections, polls, ratings and the like from one address in a minute."
    )


class JwtSettings(Section):
    """Whose word the web chat takes for who a user is: a JSON Web Token that the host site signs."""

    secret_env: VariableName | None = Field(
        None, description="Name of the environment variable with the secret that signs (HS256, at least 32 bytes)."
    )
    public_key: Path | None = Field(
        None, description="Or the file, relative to config.yml, with the public key that verifies (RS256, PEM)."
    )
    user_claim: str = Field("sub", min_length=1, max_length=100, description="The claim that holds the user's id.")
    issuer: str | None = Field(None, min_length=1, description="What `iss` must be.")
    audience: str | None = Field(None, min_length=1, description="What `aud` must hold.")
    leeway: int = Field(60, ge=0, le=900, description="Seconds by which the clocks of the site and the bot may differ.")
    required: bool = Field(True, description="Whether visitors without a token are turned away.")

    @model_validator(mode="after")
    def _one_key(self) -> JwtSettings:
        if (self.secret_env is None) == (self.public_key is None):
            raise ValueError(
                "needs one of secret_env (HS256) and public_key (RS256)\nAs {secret_env: SHOP_JWT_SECRET}."
            )
        return self


class WebSettings(Section):
    """The HTTP server: REST, Socket.IO, the widget and its demo page."""

    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on; 0.0.0.0 is every one.")
    port: int = Field(5005, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    origins: tuple[Annotated[str, Field(pattern=r"^(\*|https?://[^/\s]+/?)$")], ...] = Field(
        (), description='Other sites whose pages may embed the widget, as https://www.example.com; "*" is any.'
    )
    proxies: tuple[Annotated[str, Field(pattern=r"^[0-9a-fA-F.:]+(/[0-9]+)?$")], ...] = Field(
        ("127.0.0.1", "::1"),
        description="Proxies in front of the bot, as addresses or networks, whose X-Forwarded-For is believed.",
    )
    suggestions: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = Field(
        (), max_length=8, description="Things to ask that the demo page offers."
    )
    token_env: VariableName | None = Field(
        None,
        description="Name of the environment variable with the token that /model/parse, /status and trackers require.",
    )
    secret_env: VariableName | None = Field(
        None,
        description="Name of the environment variable with the secret that signs sessions (at least 32 bytes); "
        "otherwise one is made once and kept with the conversations.",
    )
    rest: Literal["open", "token", "off"] = Field(
        "open",
        description="Who may use /webhooks/rest/webhook, where callers say themselves whose message it is: "
        "all, who has the token of token_env, or nobody.",
    )
    jwt: JwtSettings | None = Field(None, description="Tokens by which the host site names its users.")
    limits: LimitSettings = Field(LimitSettings(), description="How much one visitor may ask of the bot.")

    @model_validator(mode="after")
    def _has_token(self) -> WebSettings:
        if self.rest == "token" and self.token_env is None:
            raise ValueError("rest: token needs a token\nName its environment variable, as token_env: RIPEN_TOKEN.")
        return self
