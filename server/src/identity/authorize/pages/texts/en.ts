import { html } from '../../../../http/html.ts'
import type { Texts } from './texts.ts'

export const englishTexts: Texts = {
  signIn: {
    title: 'Sign in',
    errorTitle: 'Error: Sign in',
    asks: (client, account) => html`Sign in to continue to ${client} (${account}).`,
    username: 'Username',
    password: 'Password',
    submit: 'Sign in',
    wrong: {
      heading: 'Incorrect username or password',
      advice: 'Check your username and enter your password again.',
    },
    again: 'Please sign in again, even if you are already signed in.',
    foreignAccount: (client, account) =>
      html`Only users of ${account} can use ${client}. Sign in with a username from that account.`,
    anotherPerson: (client) =>
      html`${client} expects a different user. Sign in with the username you used there before.`,
    throttled: (when) => ({
      heading: 'Too many attempts',
      advice: `You can try again ${when}.`,
    }),
    busy: (when) => ({
      heading: 'Sign-in is very busy right now',
      advice: `Please try again ${when}.`,
    }),
  },
  consent: {
    title: 'Allow access?',
    asks: (client, account) => html`${client} (${account}) would like to:`,
    scopes: {
      globalpci: 'open secure sessions for card payments',
      'agents-availability:read': 'see which agents are available',
      'users:read': 'see the users of your account',
      'users:write': 'change the users of your account',
      'interaction-content:read': 'view and play interaction recordings',
      'interaction-content:delete': 'delete interaction recordings',
      'interactions:write': 'create and change interactions',
      stats: 'see statistics of your account',
      'admin:read': 'see the settings of your account',
      'admin:write': 'change the settings of your account',
      openid: 'know who you are',
      profile: 'see your name and username',
      offline_access: 'have this access even when you are signed out',
    },
    signedInAs: 'Signed in as',
    yourAccount: 'Your account',
    goesOnTo: 'Takes you to',
    thisComputer: 'a program on this computer',
    appOnThisDevice: 'an app on this device',
    foreign: (client, account) =>
      html`${client} does not belong to your account. Allow this only if you know and trust ${account}.`,
    allow: 'Allow',
    deny: 'Do not allow',
    switchUser: 'Not you? Sign in as someone else',
  },
  signOut: {
    title: 'Sign out?',
    asks: (client) => html`${client} wants to sign you out.`,
    signedInAs: (person) => html`You are signed in as ${person}.`,
    submit: 'Sign out',
    stay: 'To stay signed in, close this page.',
    done: {
      heading: 'You are signed out',
      advice: 'If other people use this computer, also close the applications you have been using.',
    },
  },
  errors: {
    'unknown-client': {
      heading: 'Unknown application',
      advice: 'It is not registered, or has been switched off. Please contact the application’s support.',
    },
    'redirect-uri-not-registered': {
      heading: 'You cannot sign in to this application',
      advice:
        'Its return address is not registered, so we cannot send you back to it. Please contact the application’s support.',
    },
    'request-malformed': {
      heading: 'The request is not valid',
      advice:
        'Go back to the application and start again. If that does not help, contact the application’s support.',
    },
    'form-expired': {
      heading: 'This page has expired',
      advice: 'It was open too long, or cookies are blocked in your browser. Nothing was changed.',
    },
    'no-page-of-its-own': {
      heading: 'There is no page at this address',
      advice: 'This address is only a step in signing in. Go back to the application and start again.',
    },
    internal: {
      heading: 'Something went wrong on our side',
      advice: 'Please try again in a moment. If it happens again, give support this number:',
    },
  },
  startAgain: 'Start again',
}
