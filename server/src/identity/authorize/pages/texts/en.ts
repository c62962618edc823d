import { html } from '../../../../http/html.ts'
import type { Texts } from './texts.ts'

export const englishTexts: Texts = {
  signIn: {
    title: 'Sign in',
    errorTitle: 'Error: Sign in',
    asks: (client, account) => html`Sign in to go on to ${client}, an application of ${account}.`,
    username: 'Username',
    password: 'Password',
    submit: 'Sign in',
    wrong: {
      heading: 'Username or password is not right',
      advice: 'Check the username and type the password once more.',
    },
    again: 'Please type your username and password, even if you are signed in already.',
    foreignAccount: (client, account) =>
      html`${client} is for people of ${account} only. Sign in with a username of that account.`,
    anotherPerson: (client) =>
      html`${client} expects a different user. Sign in with the username that you have used there before.`,
    throttled: (when) => ({
      heading: 'There were too many attempts',
      advice: `You can try again ${when}.`,
    }),
    busy: (when) => ({
      heading: 'Very many people are signing in at this moment',
      advice: `Please try again ${when}.`,
    }),
  },
  consent: {
    title: 'Allow access?',
    asks: (client, account) => html`${client}, an application of ${account}, would like to:`,
    scopes: {
      globalpci: 'open secure sessions for card payments',
      'agents-availability:read': 'see which agents are available',
      'users:read': 'see the users of your account',
      'users:write': 'change the users of your account',
      'interaction-content:read': 'see and hear what was recorded of interactions',
      'interaction-content:delete': 'delete what was recorded of interactions',
      'interactions:write': 'create and change interactions',
      stats: 'see statistics of your account',
      'admin:read': 'see the settings of your account',
      'admin:write': 'change the settings of your account',
      openid: 'know who you are',
      profile: 'see your name and username',
      offline_access: 'keep this access while you are away',
    },
    signedInAs: 'Signed in as',
    yourAccount: 'Your account',
    goesOnTo: 'Leads to',
    thisComputer: 'a program on this computer',
    appOnThisDevice: 'an app on this device',
    foreign: (client, account) =>
      html`${client} does not belong to your account. Allow this only if you know and trust ${account}.`,
    allow: 'Allow',
    deny: 'Do not allow',
    switchUser: 'Not you? Sign in as somebody else',
  },
  signOut: {
    title: 'Sign out?',
    asks: (client) => html`${client} asks to sign you out.`,
    signedInAs: (person) => html`You are signed in as ${person}.`,
    submit: 'Sign out',
    stay: 'To stay signed in, close this page.',
    done: {
      heading: 'You are signed out',
      advice: 'If others use this computer, close the applications that you have worked with as well.',
    },
  },
  errors: {
    'unknown-client': {
      heading: 'This application is not known here',
      advice:
        'It is not registered, or has been switched off. Please tell the people who look after the application.',
    },
    'redirect-uri-not-registered': {
      heading: 'You cannot sign in to this application',
      advice:
        'It asks for the answer to be sent to an address that is not registered for it, so nothing is sent there. Please tell the people who look after the application.',
    },
    'request-malformed': {
      heading: 'This request was not understood',
      advice:
        'Go back to the application and start again. If that does not help, tell the people who look after it.',
    },
    'form-expired': {
      heading: 'This page is out of date',
      advice: 'It was open for too long, or your browser keeps no cookies. Nothing has been done.',
    },
    'no-page-of-its-own': {
      heading: 'There is nothing to see here',
      advice: 'This address is only a step on the way. Go back to the application and start again.',
    },
    internal: {
      heading: 'Something went wrong on our side',
      advice: 'Please try again in a moment. If the problem persists, tell us this number:',
    },
  },
  startAgain: 'Start again',
}
