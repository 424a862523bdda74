extension SunSpecModel {
    /// The models that tell of a battery behind an inverter, by their number.
    ///
    /// Only the points that are read stand here; what lies between them is filler (`pad`, `str`).
    public static let batteries: [Int: SunSpecModel] = {
        let models = [
            SunSpecModel(124, storagePoints), SunSpecModel(713, chargePoints),
            SunSpecModel(714, portsPoints, repeated: portPoints), SunSpecModel(802, bankPoints),
        ]
        return Dictionary(models.map { ($0.number, $0) }) { first, _ in first }
    }()

    /// The storage of an inverter (model 124): no power and no energy, but the state of charge.
    private static let storagePoints = """
        WChaMax:u16*WChaMax_SF/W WChaGra:u16 WDisChaGra:u16 StorCtl_Mod:e16 VAChaMax:u16 MinRsvPct:u16
        ChaState:u16*ChaState_SF/Pct StorAval:u16 InBatV:u16 ChaSt:e16 OutWRte:i16 InWRte:i16 WinTms:u16 RvrtTms:u16
        RmpTms:u16 ChaGriSet:e16 WChaMax_SF:sf Cha_SF:sf VAChaMax_SF:sf MinRsvPct_SF:sf ChaState_SF:sf StorAval_SF:sf
        InBatV_SF:sf InOutWRte_SF:sf
        """

    /// The state of charge by IEEE 1547 (model 713); all zero where there is no storage.
    private static let chargePoints = """
        WHRtg:u16*WH_SF/Wh WHAvail:u16*WH_SF/Wh SoC:u16*Pct_SF/Pct SoH:u16*Pct_SF/Pct Sta:e16 WH_SF:sf Pct_SF:sf
        """

    /// The ports for direct current (model 714), before the repeated part.
    private static let portsPoints = """
        PrtAlrms:b32 NPrt:n16 DCA:i16*DCA_SF/A DCW:i16*DCW_SF/W DCWhInj:u64*DCWH_SF/Wh DCWhAbs:u64*DCWH_SF/Wh DCA_SF:sf
        DCV_SF:sf DCW_SF:sf DCWH_SF:sf Tmp_SF:sf
        """

    /// One port (model 714): of panels (type 0), of a battery (type 1), or of something else.
    private static let portPoints = """
        PrtTyp:e16 ID:u16 IDStr:str8 DCA:i16*DCA_SF/A DCV:u16*DCV_SF/V DCW:i16*DCW_SF/W DCWhInj:u64*DCWH_SF/Wh
        DCWhAbs:u64*DCWH_SF/Wh Tmp:i16 DCSta:e16 DCAlrm:b32
        """

    /// A bank of batteries (model 802), whose power has no sure sign.
    private static let bankPoints = """
        AHRtg:u16 WHRtg:u16*WHRtg_SF/Wh Filler4:str3 SoCMax:u16 SoCMin:u16 Filler9:str2 SoC:u16*SoC_SF/Pct DoD:u16
        SoH:u16 NCyc:u32 ChaSt:e16 Filler17:str30 W:i16*W_SF/W Filler48:str4 AHRtg_SF:sf WHRtg_SF:sf Filler54:str2
        SoC_SF:sf DoD_SF:sf SoH_SF:sf V_SF:sf Filler60:pad A_SF:sf Filler62:pad W_SF:sf
        """
}
