// SPDX-License-Identifier: Apache-2.0
//
// A token that does not change, and the key that made it (the one of RFC 8037).
#pragma once

namespace pigeonhub::cli {

// Of user42, good from 2026-03-01T11:55Z to 13:00Z, for chat and game:*.
inline constexpr char kSomeToken[] =
    "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6IjIwMjYtMDMifQ."
    "eyJpc3MiOiJodHRwczovL2FwcC5leGFtcGxlIiwiYXVkIjoiaHViLmV4YW1wbGUub3JnIiwic3ViIjoidXNlcjQyIiwiaW"
    "F0"
    "IjoxNzcyMzY2MTAwLCJleHAiOjE3NzIzNzAwMDAsImp0aSI6ImExYjIiLCJwZWVycGlnZW9uIjp7Im5zIjpbImNoYXQiLC"
    "Jn"
    "YW1lOioiXSwicGVlciI6IjBhMWIyYzNkNGU1ZjYwNzE4MjkzYTRiNWM2ZDdlOGY5MDEyMzQ1NjciLCJhdHRycyI6eyJ0aW"
    "Vy"
    "IjoicHJvIn19fQ."
    "JGunf3Ehj0_n7AzQ3H7Tjto57rASjARwAOlsgxQZYUXxGKowXoOGxSK4s3lso9eu3nLzoX8ApizOx9sHr5y_Dw";
inline constexpr char kSomeJwksFile[] = "tests/cli/golden/token.jwks.json";

}  // namespace pigeonhub::cli
