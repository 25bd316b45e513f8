"""What a request to check applicability may hold."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.requests import Question


class ApplicabilityRequest(BaseModel):
    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {"description": "我们生产电热水壶，在国内销售"},
                {"description": "we run nursing homes", "facts": {"place": "zhejiang"}, "language": "en"},
            ]
        },
    )

    description: Question = Field(description="what the enterprise makes or does; 1 to 2,000 characters")
    facts: dict[str, Any] | None = Field(
        None,
        description="what is known beside it, as ask_next names it: a value, a list of values, true or false, words for"
        ' a value, or "unknown"',
    )
    language: Literal["auto", "zh", "en"] = Field("auto", description="of the answer; auto: that of the description")
