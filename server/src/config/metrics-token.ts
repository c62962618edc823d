const minLength = 16

/** What is wrong with the token of the metrics, without the token; nothing where it is right, or there is none. */
export const metricsTokenFault = (token: string): readonly string[] =>
  token === '' || (token.length >= minLength && /^[A-Za-z0-9._~+/=-]+$/.test(token))
    ? []
    : [
        `TONEGATE_METRICS_TOKEN must have at least ${minLength} characters: letters, digits and -._~+/=. Generate one: openssl rand -base64 32`,
      ]
