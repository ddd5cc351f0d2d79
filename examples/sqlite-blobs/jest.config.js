export default { testMatch: ["**/dist/jest.test.js"], transform: {} };
