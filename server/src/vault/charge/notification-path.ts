/** Where a gateway sends its notifications to, behind the origin of a region's payment pages. */
export const notificationPath = (tenant: number | string, gateway: string): string =>
  `/globalpci/gateways/${tenant}/${gateway}/notifications`
