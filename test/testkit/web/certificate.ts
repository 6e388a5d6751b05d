/** Signed by itself for files.example.org, until 2120. The key is no secret: nothing but tests knows the pair. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBeTCCAR+gAwIBAgIBATAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFmaWxlcy5l
eGFtcGxlLm9yZzAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowHDEa
MBgGA1UEAwwRZmlsZXMuZXhhbXBsZS5vcmcwWTATBgcqhkjOPQIBBggqhkjOPQMB
BwNCAAStBkRVBz7A/yGcuHbcDxb4NyyFBNWmMLmKzb0v+7hRHLo1L+hYX2CmjmWp
NZE5AlV2Nw1jvfMuGJAJQxwUGqFKo1AwTjAcBgNVHREEFTATghFmaWxlcy5leGFt
cGxlLm9yZzAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBTAqfnr248CAfUMoh35
UDcu4iskFjAKBggqhkjOPQQDAgNIADBFAiBcDt3wOw1rzn0YrZaYCh40plfPm68s
FP3dwfVJgKPxtAIhAJrkv2Rqs4xIc58gERlDkV8CbbNJTtjZtXjr+PvjVOYx
-----END CERTIFICATE-----
`

export const privateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgai7GUR2tH7bOwaRE
XlCFGDurv2CimiZ1c1L3TacPSWehRANCAAStBkRVBz7A/yGcuHbcDxb4NyyFBNWm
MLmKzb0v+7hRHLo1L+hYX2CmjmWpNZE5AlV2Nw1jvfMuGJAJQxwUGqFK
-----END PRIVATE KEY-----
`
